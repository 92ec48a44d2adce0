package dev.evertoken.internal.transfer;

import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Turns the failure of a step for one account into the account's row of a report. Thread-safe. */
final class FailureRows {

    private final TokenExceptions exceptions;

    FailureRows(TokenExceptions exceptions) {
        this.exceptions = exceptions;
    }

    /**
     * Returns the row of an account.
     *
     * @param failed returns the row of an account whose record or tokens have the problem
     * @throws TokenStoreException if the store fails, which concerns all accounts
     */
    <R> R row(TokenKey key, Function<TokenKey, R> step, BiFunction<TokenKey, TokenException, R> failed) {
        try {
            return step.apply(key);
        } catch (UnreadableRecordException e) {
            return failed.apply(key, exceptions.unreadable(key, e));
        } catch (TokenStoreException e) {
            throw e;
        } catch (TokenException e) {
            return failed.apply(key, exceptions.about(key, e));
        }
    }
}
