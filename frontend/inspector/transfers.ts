/** What others ask of my body and nobody has answered yet: cases to take over, things to do. */
import { reactive } from "vue";
import { getJson } from "../shared/api";
import type { Undertaking } from "./contract";

export interface AskedOfUs {
  id: number;
  case: string;
  category_name: string | null;
  organization: { code: string; name: string };
  reason: string;
}

export type Order = Undertaking & { case: string | null };

export const transfers = reactive({ asked: [] as AskedOfUs[], orders: [] as Order[] });

/** Load them; without the network what is shown stays, as the tasks do. */
export async function loadTransfers(): Promise<void> {
  try {
    const [asked, orders] = await Promise.all([
      getJson<{ results: AskedOfUs[] }>("/api/v1/transfers/", { status: "proposed", mine: true }),
      getJson<{ results: Order[] }>("/api/v1/undertakings/", { status: "given", mine: true }),
    ]);
    transfers.asked = asked.results;
    transfers.orders = orders.results;
  } catch {
    // the list of tasks tells of the network, and asks again
  }
}
