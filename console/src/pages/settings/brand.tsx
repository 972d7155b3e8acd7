// The company's name, logo and colour, with how they look and whether they can be read, said while one chooses.
import { Button, ColorInput, FileButton, Group, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { call, client, ProblemError, problemOf, type Shapes } from "../../api";
import { setBrand } from "../../brand";
import { useFormat } from "../../format";
import { useConfirm } from "../../parts/Confirm";
import { ListSkeleton } from "../../parts/DataList";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { brandWords } from "../../words/brand";
import { parts } from "../../words/parts";
import { CONTRAST_LEAST, contrast, GROUND, parseColour, readable } from "./contrast";

type Brand = Shapes["Brand"];
const KEY = ["brand"];
const LOGO_MOST = 256 << 10;
const NAME_MOST = 60;
// Letters as people count them: what one sees as one.
const lettersOf = (words: string) => [...new Intl.Segmenter().segment(words)].length;
const OWN = { light: "#0f6b5c", dark: "#4db6a2" } as const;
type Ground = keyof typeof GROUND;

const groundOf = (ground: Ground) => parseColour(GROUND[ground]) ?? [0, 0, 0];

export default function BrandSection() {
  const w = useWords(brandWords);
  const p = useWords(parts);
  const brand = useQuery({ queryKey: KEY, queryFn: () => call(client.GET("/api/v1/brand")) });
  return (
    <>
      <PageHead title={w.title}>{w.lead}</PageHead>
      {brand.isError && <Problem error={brand.error} retry={() => void brand.refetch()} />}
      {brand.isPending && <ListSkeleton label={p.loading} />}
      {brand.data && <Shown key={brand.data.changed ?? ""} brand={brand.data} />}
    </>
  );
}

// What is saved is seen at once: here, in the frame, and by the colours of the page.
function useSaved() {
  const queries = useQueryClient();
  return (brand: Brand | undefined) => {
    setBrand({ name: brand?.name || "Troth", logo: brand?.logo ?? "" });
    if (brand) queries.setQueryData(KEY, brand);
    else void queries.invalidateQueries({ queryKey: KEY });
  };
}

function Shown({ brand }: { brand: Brand }) {
  const w = useWords(brandWords);
  const toast = useToast();
  const confirm = useConfirm();
  const saved = useSaved();
  const [name, setName] = useState(brand.name);
  const [light, setLight] = useState(brand.colour);
  const [dark, setDark] = useState(brand.colour_dark);
  const save = useMutation({
    mutationFn: () =>
      call(client.PUT("/api/v1/brand", { body: { name: name.trim(), colour: light, colour_dark: dark } })),
    onSuccess: (answer) => {
      saved(answer);
      toast.say(w.saved);
    },
  });
  const reset = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/brand")),
    onSuccess: () => {
      saved(undefined);
      toast.say(w.resetDone);
    },
    onError: toast.fail,
  });
  const askReset = async () => {
    if (await confirm({ title: w.resetTitle, body: w.resetBody, action: w.reset })) reset.mutate();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (canSave) save.mutate();
  };
  const isTooLong = lettersOf(name.trim()) > NAME_MOST;
  const refused = save.isError ? problemOf(save.error) : undefined;
  const ofField = (field: string) => (refused?.field === field ? refused.detail : undefined);
  const canSave = !isTooLong && isFine(light, "light") && isFine(dark, "dark") && (light !== "" || dark === "");
  const chosen = parseColour(light);
  const shownDark = parseColour(dark) ? dark : chosen ? readable(chosen, groundOf("dark")) : OWN.dark;
  return (
    <>
      <form className="gate-form" onSubmit={submit}>
        <TextInput
          label={w.name}
          description={w.nameHelp}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isTooLong ? w.nameTooLong(NAME_MOST) : ofField("name")}
        />
        <ColourField
          label={w.colour}
          help={w.colourHelp}
          value={light}
          set={setLight}
          ground="light"
          fault={ofField("colour")}
        />
        <ColourField
          label={w.dark}
          help={w.darkHelp}
          value={dark}
          set={setDark}
          ground="dark"
          fault={dark !== "" && light === "" ? w.needsLight : ofField("colour_dark")}
        />
        <Samples
          name={name.trim() || "Troth"}
          logo={brand.logo ?? ""}
          light={chosen ? light : OWN.light}
          dark={shownDark}
        />
        {refused && !["name", "colour", "colour_dark"].includes(refused.field ?? "") && <Problem error={refused} />}
        <Group gap="xs">
          <Button type="submit" loading={save.isPending} disabled={!canSave}>
            {w.save}
          </Button>
          {brand.changed && (
            <Button variant="default" loading={reset.isPending} onClick={() => void askReset()}>
              {w.reset}
            </Button>
          )}
        </Group>
      </form>
      <Logo brand={brand} />
    </>
  );
}

/* -- colours -- */

function isFine(words: string, ground: Ground): boolean {
  const colour = parseColour(words);
  return words === "" || (colour !== undefined && contrast(colour, groundOf(ground)) >= CONTRAST_LEAST);
}

interface ColourProps {
  label: string;
  help: string;
  value: string;
  set: (words: string) => void;
  ground: Ground;
  fault?: string | undefined;
}

function ColourField({ label, help, value, set, ground, fault }: ColourProps) {
  const w = useWords(brandWords);
  const format = useFormat();
  const colour = parseColour(value);
  const better = colour && readable(colour, groundOf(ground));
  const figure = colour && format.number(Math.floor(contrast(colour, groundOf(ground)) * 10) / 10);
  return (
    <div>
      <ColorInput
        label={label}
        description={help}
        value={value}
        onChange={set}
        format="hex"
        error={fault ?? (value !== "" && !colour ? w.badColour : undefined)}
        popoverProps={{ withinPortal: false }}
        eyeDropperButtonProps={{ "aria-label": label }}
      />
      {figure && better && (
        <p className="brand-contrast" role="status">
          {w.contrast(figure)}: {isFine(value, ground) ? w.readable : w.tooFaint(better)}{" "}
          {!isFine(value, ground) && (
            <button type="button" className="link-button" onClick={() => set(better)}>
              {w.take}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

interface SamplesProps {
  name: string;
  logo: string;
  light: string;
  dark: string;
}

function Samples({ name, logo, light, dark }: SamplesProps) {
  const w = useWords(brandWords);
  return (
    <fieldset className="brand-samples">
      <legend>{w.preview}</legend>
      <Sample ground="light" colour={light} name={name} logo={logo} label={w.light} />
      <Sample ground="dark" colour={dark} name={name} logo={logo} label={w.onDark} />
    </fieldset>
  );
}

function Sample({
  ground,
  colour,
  name,
  logo,
  label,
}: {
  ground: Ground;
  colour: string;
  name: string;
  logo: string;
  label: string;
}) {
  const w = useWords(brandWords);
  const on = ground === "light" ? "#ffffff" : "#10201d";
  return (
    <figure className={`brand-sample is-${ground}`} aria-label={label}>
      <p className="brand">
        {logo && <img className="brand-logo" src={logo} alt="" height={24} />}
        {name}
      </p>
      <p>
        <span className="brand-sample-link" style={{ color: colour }}>
          {w.sampleLink}
        </span>{" "}
        <span className="brand-sample-button" style={{ background: colour, color: on }}>
          {w.sampleButton}
        </span>
      </p>
    </figure>
  );
}

/* -- logo -- */

async function sendLogo(file: File): Promise<Brand> {
  const response = await fetch("/api/v1/brand/logo", {
    method: "PUT",
    headers: { "Content-Type": file.type },
    body: file,
    credentials: "same-origin",
  });
  const answer = await response.json().catch(() => undefined);
  if (!response.ok) throw new ProblemError(problemOf(answer));
  return answer;
}

function Logo({ brand }: { brand: Brand }) {
  const w = useWords(brandWords);
  const toast = useToast();
  const saved = useSaved();
  const [wrong, setWrong] = useState<ReactNode>();
  const send = useMutation({
    mutationFn: sendLogo,
    onSuccess: (answer) => {
      setWrong(undefined);
      saved(answer);
      toast.say(w.logoSaved);
    },
    onError: (error) => setWrong([400, 415].includes(problemOf(error).status) ? w.badLogo : <Problem error={error} />),
  });
  const remove = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/brand/logo")),
    onSuccess: (answer) => {
      saved(answer);
      toast.say(w.logoRemoved);
    },
    onError: toast.fail,
  });
  const take = (file: File | null) => {
    if (!file) return;
    setWrong(file.size > LOGO_MOST ? w.tooLarge : undefined);
    if (file.size <= LOGO_MOST) send.mutate(file);
  };
  return (
    <section className="gate-section">
      <h2>{w.logo}</h2>
      <p className="gate-text muted">{w.logoHelp}</p>
      {brand.logo ? (
        <img className="brand-whole" src={brand.logo} alt={w.logo} />
      ) : (
        <p className="gate-text">{w.noLogo}</p>
      )}
      {wrong && (
        <div className="is-broken" role="alert">
          {wrong}
        </div>
      )}
      <Group gap="xs">
        <FileButton accept="image/png,image/webp,image/svg+xml" onChange={take}>
          {(props) => (
            <Button {...props} variant="default" loading={send.isPending}>
              {w.choose}
            </Button>
          )}
        </FileButton>
        {brand.logo && (
          <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
            {w.removeLogo}
          </Button>
        )}
      </Group>
    </section>
  );
}
