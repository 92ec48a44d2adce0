/**
 * Reports to other systems when a connection is created, fails, recovers, needs its user or ends, as signed webhooks in
 * the format of <a href="https://www.standardwebhooks.com">Standard Webhooks</a>. Start at {@link
 * dev.evertoken.webhooks.Webhooks}.
 */
@NullMarked
package dev.evertoken.webhooks;

import org.jspecify.annotations.NullMarked;
