import { type DragEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseKeystoreFile } from '../../shared/keystore-file.ts';
import { Icon } from '../components/icon.tsx';

/** As the signer takes it. */
const LARGEST_KEYSTORE_BYTES = 65_536;

/** A wallet file; its text is there when it is one. The key in it is encrypted. */
export interface ChosenKeystore {
  readonly name: string;
  readonly text: string | undefined;
  /** Why it is none. */
  readonly problem: string | undefined;
}

/** A wallet file to drop or to choose. */
export function KeystoreChoice({
  chosen,
  isMissing,
  onChoose,
}: {
  chosen: ChosenKeystore | undefined;
  isMissing: boolean;
  onChoose: (file: ChosenKeystore) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [isOver, setIsOver] = useState(false);
  const choose = async (file: File | undefined) => {
    if (file === undefined) return;
    const { name } = file;
    if (file.size > LARGEST_KEYSTORE_BYTES) {
      onChoose({ name, text: undefined, problem: t('walletKeys.import.fileTooLarge', { name }) });
      return;
    }
    const text = await file.text();
    const parsed = parseKeystoreFile(text);
    if ('keystore' in parsed) onChoose({ name, text, problem: undefined });
    else {
      const problem = t('walletKeys.import.fileWrong', { name, problem: parsed.problem });
      onChoose({ name, text: undefined, problem });
    }
  };
  const drag = (over: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setIsOver(over);
  };
  const problem = chosen?.problem ?? (isMissing ? t('walletKeys.import.fileMissing') : undefined);
  return (
    <div>
      <label
        htmlFor={id}
        onDragEnter={drag(true)}
        onDragOver={drag(true)}
        onDragLeave={drag(false)}
        onDrop={(event) => {
          drag(false)(event);
          void choose(event.dataTransfer.files[0]);
        }}
        className={`flex cursor-pointer flex-col items-center gap-1 rounded-control border-2 border-dashed px-4 py-6 text-center focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-jade ${isOver ? 'border-jade bg-jade-wash' : 'border-edge bg-sunken'}`}
      >
        <Icon
          name={chosen?.text === undefined ? 'folder' : 'check'}
          className={`size-6 ${chosen?.text === undefined ? 'text-muted' : 'text-jade'}`}
        />
        <span className="font-semibold wrap-anywhere">
          {chosen?.text === undefined ? t('walletKeys.import.file') : chosen.name}
        </span>
        <span className="text-sm text-muted">
          {t(chosen?.text === undefined ? 'walletKeys.import.fileHelp' : 'walletKeys.import.fileOther')}
        </span>
        <input
          id={id}
          type="file"
          className="sr-only"
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            // The same file again, mended, is another choice.
            event.target.value = '';
          }}
        />
      </label>
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm font-semibold text-ember">
          {problem}
        </p>
      )}
    </div>
  );
}
