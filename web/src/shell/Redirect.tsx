import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { FullPageLoader } from "./FullPageLoader";

/** Leads to another address of the console, once, however often this is rendered until it is there. */
export function Redirect({ to }: { to: string }) {
  const router = useRouter();
  useEffect(() => router.history.replace(to), [router, to]);
  return <FullPageLoader />;
}
