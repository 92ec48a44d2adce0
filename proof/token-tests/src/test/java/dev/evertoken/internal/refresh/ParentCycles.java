package dev.evertoken.internal.refresh;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Refresh cycles of parents with a result that the test sets. Not thread-safe. */
final class ParentCycles {

    /** A request for a parent's token. */
    record Request(TokenKey parent, TokenRequirement requirement) {}

    final List<Request> requests = new ArrayList<>();
    private CompletableFuture<AccessToken> result = new CompletableFuture<>();

    /** Returns the parent token source of one flight. */
    ParentToken parent() {
        return new ParentToken((parent, requirement) -> {
            requests.add(new Request(parent, requirement));
            return result;
        });
    }

    /** Completes the waiting request and all later ones. */
    void bring(AccessToken token) {
        result.complete(token);
        result = CompletableFuture.completedFuture(token);
    }

    void fail(TokenException why) {
        result.completeExceptionally(why);
        result = CompletableFuture.failedFuture(why);
    }

    /** Lets the next request wait. */
    void keepWaiting() {
        result = new CompletableFuture<>();
    }
}
