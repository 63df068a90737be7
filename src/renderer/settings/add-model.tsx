import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddModel } from '../api/queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { sourceProblem } from './model-source.ts';

/** Adds a model by its Hugging Face id or from a folder. */
export function AddModel({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const errorText = useErrorText();
  const add = useAddModel();
  const [source, setSource] = useState('');
  const [shown, setShown] = useState(false);
  const problem = shown ? sourceProblem(source) : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (sourceProblem(source) !== undefined) return;
    add.mutate(source.trim(), {
      onSuccess: () => {
        setSource('');
        setShown(false);
      },
    });
  };
  const failure =
    problem !== undefined
      ? t(`models.problem.${problem}`)
      : add.error !== null
        ? t('models.addFailed', { message: errorText(add.error) })
        : undefined;
  return (
    <form onSubmit={submit}>
      <label htmlFor={id} className="font-semibold">
        {t('models.addLabel')}
      </label>
      <p id={`${id}-help`} className="text-sm text-muted">
        {t('models.addHelp')}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <input
          id={id}
          className="field min-w-0 flex-1 basis-56"
          autoComplete="off"
          spellCheck={false}
          placeholder={t('models.addPlaceholder')}
          disabled={disabled}
          // Disabled while it is sent, it would lose the focus.
          readOnly={add.isPending}
          value={source}
          aria-invalid={failure !== undefined}
          aria-describedby={failure === undefined ? `${id}-help` : `${id}-failure ${id}-help`}
          onChange={(event) => {
            setSource(event.target.value);
            setShown(false);
            if (!add.isIdle) add.reset();
          }}
        />
        <Button type="submit" disabled={disabled || add.isPending}>
          {t(add.isPending ? 'models.adding' : 'models.add')}
        </Button>
      </div>
      <div className="min-h-6 text-sm font-semibold">
        {failure !== undefined && (
          <p id={`${id}-failure`} role="alert" className="text-ember">
            {failure}
          </p>
        )}
        {add.isSuccess && (
          <p role="status" className="text-jade">
            {t('models.added')}
          </p>
        )}
      </div>
    </form>
  );
}
