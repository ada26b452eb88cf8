import { answerMessages } from '../../base/answerMessages.ts';
import { answerPictureRequest } from './pictureAnswers.ts';

answerMessages(self, answerPictureRequest);
