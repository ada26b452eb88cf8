import { answerMessages } from '../../base/answerMessages.ts';
import { archiveAnswers } from './archiveAnswers.ts';

answerMessages(self, archiveAnswers());
