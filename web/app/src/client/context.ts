import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from './client';

export const ClientContext = createContext<Client | undefined>(undefined);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('no client here');
  return client;
}
