import { answerOrRefuse } from '../../base/answerMessages.ts';
import { PICTURE_ANSWERS } from './pictureAnswers.ts';

answerOrRefuse(self, PICTURE_ANSWERS);
