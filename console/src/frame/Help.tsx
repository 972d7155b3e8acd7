import { Modal } from "@mantine/core";
import type { Page } from "../pages";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { frame } from "../words/frame";

export default function Help({ isOpen, close, pages }: { isOpen: boolean; close: () => void; pages: Page[] }) {
  const w = useWords(frame);
  const { language } = usePreferences();
  const groups: [string, [string, string][]][] = [
    [
      w.helpEverywhere,
      [
        ["Ctrl K  /", w.keySearch],
        ["?", w.keyHelp],
        ["D", w.keyTheme],
      ],
    ],
    [w.helpGo, pages.filter((page) => page.key).map((page) => [`g ${page.key}`, page.title[language]])],
    [
      w.helpLists,
      [
        ["j  k", w.keyMove],
        ["Enter", w.keyOpen],
        ["x", w.keySelect],
      ],
    ],
  ];
  return (
    <Modal opened={isOpen} onClose={close} title={w.help} closeButtonProps={{ "aria-label": w.close }}>
      <div className="help">
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h2>{title}</h2>
            <dl>
              {keys.map(([key, words]) => (
                <div key={key}>
                  <dt>{key.split(" ").map((one) => one && <kbd key={one}>{one}</kbd>)}</dt>
                  <dd>{words}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <p className="muted">
          <a href="/console-notices.txt" target="_blank" rel="noreferrer">
            {w.notices}
          </a>
        </p>
      </div>
    </Modal>
  );
}
