import { answerMessages } from '../../base/answerMessages.ts';
import { answerSuperpixelRequest } from './superpixelAnswers.ts';

answerMessages(self, answerSuperpixelRequest);
