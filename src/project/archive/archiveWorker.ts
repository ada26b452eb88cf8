import { answerOrRefuse } from '../../base/answerMessages.ts';
import { archiveAnswers } from './archiveAnswers.ts';

answerOrRefuse(self, archiveAnswers());
