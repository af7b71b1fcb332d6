/** The sun and the calendar, as exact as a simulation needs. */

const secPerDay = 86_400;

/**
 * Sine of the sun's height above the horizon: 1 overhead, 0 at sunrise and sunset, negative at
 * night. The year is taken as 365.25 days with its longest day on 21 June.
 */
export function solarElevationSin(
  timeSec: number,
  solarNoonUtcHours: number,
  latitudeDeg: number,
): number {
  // 172 days from 1 January 1970 to 21 June.
  const yearAngle = (2 * Math.PI * (timeSec / secPerDay - 171.5)) / 365.25;
  const declination = ((23.44 * Math.PI) / 180) * Math.cos(yearAngle);
  const hourAngle = 2 * Math.PI * (timeSec / secPerDay - solarNoonUtcHours / 24);
  const latitude = (latitudeDeg * Math.PI) / 180;
  return (
    Math.sin(latitude) * Math.sin(declination) +
    Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle)
  );
}

/** `YYYYMMDDHHMMSS` in UTC. */
export function utcDigits(timeSec: number): string {
  return new Date(timeSec * 1000).toISOString().slice(0, 19).replace(/[-T:]/g, '');
}
