import { useTranslation } from 'react-i18next';
import { type Route, routeHref } from '../route.ts';
import { CatFace, type CatMood } from './cat-face.tsx';
import { Icon } from './icon.tsx';
import { KeyHint } from './key-hint.tsx';

const SCREENS = [
  { screen: 'home', icon: 'home', letter: 'H' },
  { screen: 'jobs', icon: 'list', letter: 'J' },
  { screen: 'games', icon: 'game', letter: 'A' },
  { screen: 'gpu', icon: 'graphicsCard', letter: 'G' },
  { screen: 'wallet', icon: 'wallet', letter: 'W' },
  { screen: 'governance', icon: 'ballot', letter: 'V' },
  { screen: 'settings', icon: 'sliders', letter: 'S' },
] as const;

/** A sidebar where there is room, else a bar at the bottom. */
export function Navigation({
  screen,
  mood,
  stateText,
  version,
}: {
  screen: Route['screen'];
  mood: CatMood;
  stateText: string;
  version: string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <header className="flex shrink-0 flex-col border-line max-md:order-last max-md:border-t md:w-56 md:border-r md:px-3 md:py-5">
      <p className="flex items-center gap-2.5 px-3 pb-6 max-md:hidden">
        <CatFace mood={mood} className="size-8" />
        <span className="text-xl font-extrabold tracking-tight">{t('app.name')}</span>
      </p>
      <nav aria-label={t('app.navigation')} className="grow">
        <ul className="flex md:flex-col md:gap-1">
          {SCREENS.map((item) => (
            <li key={item.screen} className="flex-1">
              <a
                href={routeHref({ screen: item.screen })}
                aria-current={item.screen === screen ? 'page' : undefined}
                aria-keyshortcuts={`Alt+${item.letter}`}
                className="flex items-center gap-x-3 rounded-control font-semibold text-muted hover:text-ink max-md:h-15 max-md:flex-col max-md:justify-center max-md:text-xs max-md:-outline-offset-4 max-md:aria-[current=page]:text-jade md:h-10 md:px-3 md:hover:bg-sunken md:aria-[current=page]:bg-jade-wash md:aria-[current=page]:text-jade"
              >
                <Icon name={item.icon} />
                <span className="max-[30rem]:sr-only md:grow">{t(`screen.${item.screen}`)}</span>
                <KeyHint letter={item.letter} className="max-md:hidden" />
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="px-3 text-sm text-muted max-md:hidden">
        <p className="font-semibold text-ink">{stateText}</p>
        {version !== undefined && <p>{t('app.version', { version })}</p>}
      </div>
    </header>
  );
}
