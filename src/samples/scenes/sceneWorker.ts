import { answerMessages } from '../../base/answerMessages.ts';
import { answerSceneRequest } from './sceneAnswers.ts';

answerMessages(self, answerSceneRequest);
