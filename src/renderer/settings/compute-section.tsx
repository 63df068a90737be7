import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SandboxView } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { useStatus } from '../api/queries.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { ToggleSwitch } from '../components/toggle-switch.tsx';
import { NumberSetting } from './number-setting.tsx';
import { SaveStateNote } from './save-state-note.tsx';
import { Section, SettingRow } from './section.tsx';

export function ComputeSection({ compute, disabled }: { compute: Settings['compute']; disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Section title={t('compute.title')}>
      <NumberSetting
        label={t('compute.threads')}
        help={t('compute.threadsHelp')}
        value={compute.cpuThreads}
        range={{ min: 0, max: 256, whole: true }}
        disabled={disabled}
        toPatch={(cpuThreads) => ({ compute: { cpuThreads } })}
      />
      <UnsandboxedSetting allowed={compute.allowUnsandboxed} disabled={disabled} />
    </Section>
  );
}

/** Turning it on asks first; turning it off does not. */
function UnsandboxedSetting({ allowed, disabled }: { allowed: boolean; disabled: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const sandbox = useStatus().data?.sandbox;
  const { save, state } = useSaveSettings();
  const [asking, setAsking] = useState(false);
  const set = (allowUnsandboxed: boolean) => save({ compute: { allowUnsandboxed } });
  return (
    <>
      <SettingRow
        label={t('compute.unsandboxed')}
        labelFor={id}
        helpId={`${id}-help`}
        help={
          <>
            <span className="font-semibold text-ember">{t('compute.unsandboxedHelp')}</span>{' '}
            {sandbox !== undefined && <SandboxAdvice sandbox={sandbox} />}
          </>
        }
        note={<SaveStateNote state={state} />}
      >
        <ToggleSwitch
          danger
          id={id}
          checked={allowed}
          disabled={disabled}
          aria-describedby={`${id}-help`}
          onCheckedChange={(wanted) => (wanted ? setAsking(true) : set(false))}
        />
      </SettingRow>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('compute.confirmTitle')}
        confirm={t('compute.confirm')}
        onConfirm={() => set(true)}
      >
        <p>{t('compute.confirmBody')}</p>
        {sandbox !== undefined && (
          <p>
            {sandbox.working
              ? t('compute.sandboxNow')
              : t('compute.confirmAdvice', { detail: sandbox.detail })}
          </p>
        )}
      </ConfirmDialog>
    </>
  );
}

function SandboxAdvice({ sandbox }: { sandbox: SandboxView }) {
  const { t } = useTranslation();
  return sandbox.working ? t('compute.sandboxNow') : t('compute.sandboxMissing', { detail: sandbox.detail });
}
