import { useTranslation } from 'react-i18next';
import { GataError } from '../../shared/gata-error.ts';
import { UnexpectedAnswerError } from './api-client.ts';

/** Turns a failure into a sentence for the user. The agent's own sentences are passed on as they are. */
export function useErrorText(): (error: Error) => string {
  const { t } = useTranslation();
  return (error) => {
    if (error instanceof UnexpectedAnswerError) return t('error.unexpectedAnswer');
    if (!(error instanceof GataError)) return t('error.unknown');
    return error.code === 'agent-unreachable' ? t('error.unreachable') : error.message;
  };
}
