import { answerMessages } from '../../base/answerMessages.ts';
import { exportAnswers } from './exportAnswers.ts';

answerMessages(self, exportAnswers());
