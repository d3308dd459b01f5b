import "@fontsource-variable/inter/wght.css";
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./shell/theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { session } from "./api/session";
import { App } from "./shell/App";
import { followLanguage } from "./shell/personLanguage";
import { chooseLanguage, startTexts } from "./texts";

void session.start();
void startTexts().then(() => {
  followLanguage(session, (language) => void chooseLanguage(language));
  render();
});

function render(): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no element with the id root");
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
