/** All routes of Stripe's API over one account, and the answer to unknown routes. */
import type { FastifyInstance } from 'fastify';
import { StripeError } from './errors.ts';
import { type AccountRoutes, registerAccount } from './routes-account.ts';
import { registerCatalog } from './routes-catalog.ts';
import { registerCheckout } from './routes-checkout.ts';
import { registerCoupons } from './routes-coupons.ts';
import { registerCreditNotes } from './routes-credit-notes.ts';
import { registerCustomers } from './routes-customers.ts';
import { registerInvoices } from './routes-invoices.ts';
import { registerPayments } from './routes-payments.ts';
import { registerRefunds } from './routes-refunds.ts';
import { registerSubscriptions } from './routes-subscriptions.ts';
import type { Routes } from './routing.ts';

export function registerRoutes(routes: Routes, options: AccountRoutes): void {
  registerAccount(routes, options);
  registerCustomers(routes);
  registerCatalog(routes);
  registerCoupons(routes);
  registerCheckout(routes);
  registerSubscriptions(routes);
  registerInvoices(routes);
  registerPayments(routes);
  registerRefunds(routes);
  registerCreditNotes(routes);
}

const searched = [
  'charges',
  'customers',
  'invoices',
  'payment_intents',
  'prices',
  'products',
  'subscriptions',
];

/** Stripe answers the same to an unknown path and to a method that a path does not have. */
export function refuseUnknown(app: FastifyInstance): void {
  for (const kind of searched)
    app.get(`/v1/${kind}/search`, () => {
      throw new StripeError(404, 'The local cloud does not search: list and filter instead.', {
        unbegun: true,
      });
    });
  app.all('/*', (request) => {
    const path = request.url.split('?')[0] ?? '';
    throw new StripeError(
      404,
      `Unrecognized request URL (${request.method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
      { unbegun: true },
    );
  });
}
