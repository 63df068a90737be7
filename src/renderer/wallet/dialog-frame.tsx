import { Dialog } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';

/** A dialog that can be closed at any time. Its backdrop is our own element, as in `ConfirmDialog`. */
export function DialogFrame({
  open,
  title,
  onClose,
  children,
}: {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const opener = useRef<Element>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <div className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={() => {
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className="fixed z-40 flex flex-col overflow-y-auto border-line bg-raised shadow-pop outline-none max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[92dvh] max-sm:rounded-t-card max-sm:border-t sm:top-1/2 sm:left-1/2 sm:max-h-[calc(100dvh-2rem)] sm:w-[min(31rem,calc(100vw-2rem))] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-card sm:border"
        >
          <div className="sticky top-0 z-10 flex items-start justify-between gap-3 bg-raised px-5 pt-4 pb-2 sm:px-6">
            <Dialog.Title className="pt-0.5 text-lg font-bold text-balance">{title}</Dialog.Title>
            <Dialog.Close asChild>
              <IconButton label={t('wallet.close')} className="-mr-1.5">
                <Icon name="close" className="size-4.5" />
              </IconButton>
            </Dialog.Close>
          </div>
          <div className="flex flex-col gap-4 px-5 pb-5 sm:px-6 sm:pb-6">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
