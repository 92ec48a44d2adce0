/**
 * A pool of Gmail accounts whose workers send and read mail on a schedule: tokens in one JSON column for each account,
 * the Gmail API, SMTP and IMAP, and a diagnosis of the pool. Start with {@code MailWarmup}.
 */
@NullMarked
package dev.evertoken.examples.mailwarmup;

import org.jspecify.annotations.NullMarked;
