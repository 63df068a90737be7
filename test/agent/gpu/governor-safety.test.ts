import { describe, expect, it } from 'vitest';
import {
  type GovernorActuators,
  type GovernorInput,
  type GovernorSettings,
  governorStep,
  startGovernor,
} from '../../../src/agent/gpu/governor.ts';

const SETTINGS: GovernorSettings = {
  targets: { targetTemperatureC: 75, powerPercent: 100, fanCeilingPercent: null },
  safetyTemperatureC: 87,
};
const ACTUATORS: GovernorActuators = {
  power: { minimumMilliwatts: 100_000, maximumMilliwatts: 215_000, defaultMilliwatts: 200_000 },
  acoustic: null,
  powerDefaultMilliwatts: 200_000,
  slowdownTemperatureC: 95,
};

/** A governor that is told readings one by one, half a second apart. */
function told(settings = SETTINGS, actuators = ACTUATORS) {
  let state = startGovernor();
  let atSeconds = 0;
  return (temperatureC: number | null, more: Partial<GovernorInput> = {}) => {
    atSeconds += 0.5;
    const step = governorStep(
      state,
      {
        atSeconds,
        temperatureC,
        memoryTemperatureC: null,
        powerMilliwatts: 150_000,
        fanPercent: 50,
        busy: true,
        ...more,
      },
      settings,
      actuators,
    );
    state = step.state;
    return step.command;
  };
}

function repeat<T>(times: number, call: () => T): T {
  let last = call();
  for (let index = 1; index < times; index += 1) last = call();
  return last;
}

describe('governor’s hard stop', () => {
  it('stops at the safety temperature, with a sentence for people', () => {
    const tell = told();
    for (const celsius of [80, 82, 84, 85, 86]) tell(celsius);
    expect(tell(87).stop).toEqual({
      code: 'gpu-too-hot',
      message: 'The card is at 87 °C, its safety temperature is 87 °C. Compute resumes at 77 °C.',
    });
  });

  it('stops before the safety temperature when the card rises fast', () => {
    const tell = told();
    repeat(10, () => tell(70));
    tell(75);
    expect(tell(81).stop?.message).toContain('rises fast');
  });

  it('takes the card’s own slow-down temperature where that is lower', () => {
    const tell = told(SETTINGS, { ...ACTUATORS, slowdownTemperatureC: 83 });
    repeat(10, () => tell(77));
    expect(tell(78).stop).toBeNull();
    repeat(4, () => tell(79));
    expect(tell(80).stop).not.toBeNull();
  });

  it('resumes ten degrees below, after some seconds, from the least work', () => {
    const tell = told();
    repeat(4, () => tell(80));
    tell(88);
    expect(repeat(20, () => tell(78, { busy: false })).stop).not.toBeNull();
    expect(repeat(10, () => tell(77, { busy: false })).stop).not.toBeNull();
    expect(repeat(3, () => tell(77, { busy: false })).stop).toBeNull();
    const first = tell(77);
    expect(first.powerLimitMilliwatts).toBe(100_000);
    expect(first.dutyCycle).toBeLessThan(0.1);
  });

  it('starts counting anew when the card gets warm again before it resumes', () => {
    const tell = told();
    tell(88);
    repeat(8, () => tell(76, { busy: false }));
    tell(79, { busy: false });
    expect(repeat(9, () => tell(76, { busy: false })).stop).not.toBeNull();
    expect(repeat(3, () => tell(76, { busy: false })).stop).toBeNull();
  });

  it('waits for the target as well, but not for ever', () => {
    const tell = told({ ...SETTINGS, targets: { ...SETTINGS.targets, targetTemperatureC: 60 } });
    tell(88);
    expect(repeat(60, () => tell(70, { busy: false })).stop).not.toBeNull();
    expect(repeat(80, () => tell(70, { busy: false })).stop).toBeNull();
  });

  it('bears one missing reading, and stops at the second in a row', () => {
    const tell = told();
    repeat(5, () => tell(70));
    expect(tell(null).stop).toBeNull();
    expect(tell(70).stop).toBeNull();
    expect(tell(null).stop).toBeNull();
    expect(tell(null).stop).toEqual({
      code: 'gpu-too-hot',
      message: "The card's temperature cannot be read. Compute resumes when it can.",
    });
    expect(repeat(12, () => tell(70, { busy: false })).stop).toBeNull();
  });

  it('does not complain about missing readings while nothing runs, but lets nothing start', () => {
    const tell = told();
    expect(repeat(5, () => tell(null, { busy: false })).stop).toBeNull();
    const first = tell(null);
    expect(first.stop).not.toBeNull();
    expect(repeat(20, () => tell(null, { busy: false })).stop).not.toBeNull();
  });

  it('goes down to the least work while a reading is missing on a card that gets hotter', () => {
    const tell = told();
    for (const celsius of [66, 68, 70, 72, 74, 76]) tell(celsius);
    expect(tell(null).dutyCycle).toBeLessThan(0.1);
  });

  it.each([-273, -21, 151, 255, Number.NaN])('takes a reading of %d °C for a missing one', (celsius) => {
    const tell = told();
    repeat(5, () => tell(70));
    expect(tell(celsius).stop).toBeNull();
    expect(tell(celsius).stop).not.toBeNull();
  });

  it('takes a jump of more than 40 degrees for a missing reading, until three agree', () => {
    const tell = told();
    repeat(5, () => tell(70));
    expect(tell(20).stop).toBeNull();
    expect(tell(70).stop).toBeNull();
    tell(20);
    expect(tell(21).stop).not.toBeNull();
    expect(tell(21, { busy: false }).stop).not.toBeNull();
    expect(repeat(12, () => tell(21, { busy: false })).stop).toBeNull();
  });

  it('stops for hot memory, and resumes when it has cooled', () => {
    const tell = told();
    repeat(5, () => tell(70, { memoryTemperatureC: 100 }));
    expect(tell(70, { memoryTemperatureC: 108 }).stop?.message).toContain('memory is at 108 °C');
    expect(repeat(20, () => tell(60, { memoryTemperatureC: 99, busy: false })).stop).not.toBeNull();
    expect(repeat(12, () => tell(60, { memoryTemperatureC: 98, busy: false })).stop).toBeNull();
  });

  it('lowers a target too close to the safety temperature, and says so', () => {
    const tell = told({ targets: { ...SETTINGS.targets, targetTemperatureC: 90 }, safetyTemperatureC: 80 });
    expect(tell(50).note).toBe('Held at 75 °C, because 90 °C is too close to the safety temperature, 80 °C.');
  });

  it('caps, then stops, a card whose thermometer does not move with its power', () => {
    const tell = told();
    repeat(40, () => tell(40, { busy: false, powerMilliwatts: 12_000 }));
    const capped = repeat(36, () => tell(40, { powerMilliwatts: 195_000 }));
    expect(capped.powerLimitMilliwatts).toBe(100_000);
    expect(capped.note).toContain('40 °C whatever it does');
    expect(capped.stop).toBeNull();
    const stopped = repeat(60, () => tell(40, { powerMilliwatts: 100_000 }));
    expect(stopped.stop?.message).toContain('thermometer is not trusted');
    expect(repeat(40, () => tell(40, { busy: false, powerMilliwatts: 12_000 })).stop).not.toBeNull();
    expect(repeat(13, () => tell(39, { busy: false, powerMilliwatts: 12_000 })).stop).toBeNull();
  });

  it('trusts a thermometer that stands still while the power does', () => {
    const tell = told();
    repeat(60, () => tell(70));
    expect(repeat(2000, () => tell(75))).toMatchObject({ stop: null, note: null });
  });
});
