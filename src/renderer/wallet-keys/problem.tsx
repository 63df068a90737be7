/** Why what was asked for was not done. */
export function Problem({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p role="alert" className="text-sm font-semibold text-ember">
      {text}
    </p>
  );
}
