import { useTranslation } from 'react-i18next';
import { LEAST_FOR_NODES, LONGEST_DESCRIPTION_BYTES } from '../../shared/governance.ts';
import { useLocale } from '../i18n/use-locale.ts';
import type { DraftProblem } from './change-draft.ts';
import { usePercent } from './use-percent.ts';

/** What is wrong with a draft, in a sentence. */
export function useProblemText(): (problem: DraftProblem) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  const percent = usePercent();
  return (problem) => {
    switch (problem.of) {
      case 'number':
        return t('governance.form.problem.number', { decimals: problem.decimals });
      case 'tooMuch':
        return t('governance.form.problem.tooMuch', {
          most: new Intl.NumberFormat(locale).format(problem.most),
        });
      case 'leastForNodes':
        return t('governance.form.problem.leastForNodes', { least: percent(LEAST_FOR_NODES) });
      case 'longDescription':
        return t('governance.form.problem.longDescription', { most: LONGEST_DESCRIPTION_BYTES });
      case 'sum':
      case 'same':
      case 'kind':
      case 'noDescription':
        return t(`governance.form.problem.${problem.of}`);
    }
  };
}
