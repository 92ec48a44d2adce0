package dev.evertoken.model;

import dev.evertoken.spi.store.TokenRecord;
import org.jspecify.annotations.Nullable;

/**
 * Identifies an account: a client registration and the application's own id of the account.
 *
 * <pre>{@code
 * TokenKey calendar = TokenKey.of("google", "user-42");
 * TokenKey posts = TokenKey.of("linkedin", "user-42"); // the same user at another provider
 * }</pre>
 *
 * <p>The account id is never the provider's user id, which is the {@link TokenRecord#subject()}. Both parts are
 * case-sensitive, not blank, 1 to {@value #MAX_LENGTH} characters long, and contain no control characters. Immutable.
 *
 * @param registration the id under which the client was registered with the builder
 * @param account the application's own id of the user or account
 */
public record TokenKey(String registration, String account) {

    /** The maximum length of the registration and of the account, in UTF-16 characters. */
    public static final int MAX_LENGTH = 512;

    public TokenKey {
        Identifiers.require("registration", registration, MAX_LENGTH);
        Identifiers.require("account", account, MAX_LENGTH);
    }

    /** Returns the key of {@code account} at {@code registration}. */
    public static TokenKey of(String registration, String account) {
        return new TokenKey(registration, account);
    }

    // Written out, as equals is: those of a record link method handles at their first use, and every start uses these.
    @Override
    public int hashCode() {
        return 31 * registration.hashCode() + account.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenKey key && account.equals(key.account) && registration.equals(key.registration);
    }

    /** Returns {@code registration/account}, the form used in messages and logs. */
    @Override
    public String toString() {
        return registration + "/" + account;
    }
}
