package dev.evertoken.internal.refresh;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;

/**
 * Sees how each run ends, once for each run and before its waiters wake up. It must not block. Implementations are
 * thread-safe.
 *
 * @param <K> the key of a run
 */
public interface RunObserver<K> {

    /** Called with the token of a run. */
    void succeeded(K key, AccessToken token);

    /** Called with the failure of a run, and the requirement that it was started for. */
    void failed(K key, TokenRequirement requirement, TokenException why);

    /** Returns an observer that does nothing. */
    static <K> RunObserver<K> none() {
        return new RunObserver<>() {
            @Override
            public void succeeded(K key, AccessToken token) {}

            @Override
            public void failed(K key, TokenRequirement requirement, TokenException why) {}
        };
    }
}
