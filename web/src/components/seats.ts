import type { Schema } from "~/api/types";

/** `reserved` ones are among those assigned; it is not known everywhere. */
export type Seats = Omit<Schema<"SeatCount">, "reserved"> & { reserved?: number | null };

/** Parts of a bar in percent. A few of very many are seen, too, and a bar is full only where no seat is left. */
export function sharesOf(seats: Seats): { used: number; reserved: number; sublicensed: number } {
  if (seats.total <= 0) return { used: 0, reserved: 0, sublicensed: 0 };
  const share = (part: number) => (part === 0 ? 0 : Math.max(1, (part / seats.total) * 100));
  const held = seats.reserved ?? 0;
  const used = share(seats.assigned - held);
  const reserved = share(held);
  const sublicensed = share(seats.sublicensed);
  const most = seats.available > 0 ? 99 : 100;
  const scale = Math.min(1, most / Math.max(1, used + reserved + sublicensed));
  return { used: used * scale, reserved: reserved * scale, sublicensed: sublicensed * scale };
}

/** Whether seats run low: none left, or at most a tenth. */
export function seatLevel(seats: Seats): "out" | "low" | "enough" {
  if (seats.available === 0) return "out";
  return seats.available * 10 <= seats.total ? "low" : "enough";
}
