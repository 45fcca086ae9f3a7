/** What other bodies ask mine to take over, and nobody has answered yet. */
import { reactive } from "vue";
import { getJson } from "../shared/api";

export interface AskedOfUs {
  id: number;
  case: string;
  category_name: string | null;
  organization: { code: string; name: string };
  reason: string;
}

export const transfers = reactive({ asked: [] as AskedOfUs[] });

/** Load them; without the network what is shown stays, as the tasks do. */
export async function loadTransfers(): Promise<void> {
  try {
    const page = await getJson<{ results: AskedOfUs[] }>("/api/v1/transfers/", {
      status: "proposed",
      mine: true,
    });
    transfers.asked = page.results;
  } catch {
    // the list of tasks tells of the network, and asks again
  }
}
