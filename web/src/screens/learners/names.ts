interface Named {
  first_name: string;
  last_name: string;
  email: string;
}

/** A learner's name as one writes it; the address where no name is known. */
export const nameOf = ({ first_name, last_name, email }: Named): string =>
  [first_name, last_name].filter(Boolean).join(" ") || email;
