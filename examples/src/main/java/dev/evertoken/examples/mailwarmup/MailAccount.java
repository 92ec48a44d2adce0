package dev.evertoken.examples.mailwarmup;

import dev.evertoken.model.TokenKey;

/**
 * One row of the pool. Immutable.
 *
 * @param id the id of the row, which is the account of its tokens
 */
record MailAccount(long id, String email) {

    TokenKey key() {
        return TokenKey.of("google", Long.toString(id));
    }
}
