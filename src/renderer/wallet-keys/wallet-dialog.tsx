import { Dialog } from 'radix-ui';
import { type ReactNode, useRef } from 'react';

/**
 * A form above the screen: it keeps the focus, Escape closes it, and the focus returns to where it was. The backdrop is
 * our own element for the reason that `ConfirmDialog` gives.
 */
export function WalletDialog({
  open,
  onOpenChange,
  title,
  intro,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  intro: ReactNode;
  children: ReactNode;
}) {
  const opener = useRef<Element>(null);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <div className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Content
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={() => {
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className="fixed z-50 overflow-y-auto border-line bg-raised p-5 shadow-pop outline-none max-sm:inset-x-0 max-sm:bottom-0 max-sm:max-h-[92dvh] max-sm:rounded-t-card max-sm:border-t sm:top-1/2 sm:left-1/2 sm:max-h-[calc(100dvh-2rem)] sm:w-[min(31rem,calc(100vw-2rem))] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-card sm:border sm:p-6"
        >
          <Dialog.Title className="text-lg font-bold text-balance">{title}</Dialog.Title>
          <Dialog.Description asChild>
            <div className="mt-1 text-muted">{intro}</div>
          </Dialog.Description>
          <div className="mt-5">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The buttons at a form's end, the one that goes on last. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-3">{children}</div>;
}
