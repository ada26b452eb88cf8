import { answerOrRefuse } from '../../base/answerMessages.ts';
import { exportAnswers } from './exportAnswers.ts';

answerOrRefuse(self, exportAnswers());
