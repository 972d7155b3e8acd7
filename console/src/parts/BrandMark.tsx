import { useBrand } from "../brand";

// Logo and name of the company, or Troth's name.
export function BrandMark() {
  const { name, logo } = useBrand();
  return (
    <>
      {logo && <img className="brand-logo" src={logo} alt="" height={24} />}
      {name}
    </>
  );
}
