import { Center, Loader } from "@mantine/core";

export function FullPageLoader() {
  return (
    <Center mih="100dvh">
      <Loader role="progressbar" aria-label="Usher" />
    </Center>
  );
}
