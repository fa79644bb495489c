import { useEffect, useRef } from 'preact/hooks';

/** Shuts what it is used in, unless that is gone already: work that ends late must not shut what was opened since. */
export function useShut(onClose: () => void): () => void {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return () => {
    if (here.current) onClose();
  };
}
