package dev.evertoken.internal.refresh;

import dev.evertoken.internal.event.OperatorLog;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;

/** Reports how the runs of accounts end to the log of the operator. Thread-safe. */
record LoggedRuns(OperatorLog log) implements RunObserver<TokenKey> {

    @Override
    public void succeeded(TokenKey key, AccessToken token) {
        log.served(key, token);
    }

    @Override
    public void failed(TokenKey key, TokenRequirement requirement, TokenException why) {
        log.failed(key, why, requirement.forced());
    }
}
