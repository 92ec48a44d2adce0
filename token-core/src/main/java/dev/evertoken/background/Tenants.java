package dev.evertoken.background;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assigns accounts to tenants with the application's function. An account for which it fails belongs to the tenant of
 * its registration. Not thread-safe.
 */
final class Tenants {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    private final Function<TokenKey, String> function;
    private boolean warned;

    Tenants(Function<TokenKey, String> function) {
        this.function = function;
    }

    String of(TokenKey key) {
        try {
            String tenant = function.apply(key);
            if (tenant != null) {
                return tenant;
            }
            warn(key, new NullPointerException("the function returned null"));
        } catch (RuntimeException | Error e) {
            warn(key, e);
        }
        return key.registration();
    }

    private void warn(TokenKey key, Throwable why) {
        if (!warned) {
            warned = true;
            log.warn(
                    "{}: the function for tenants failed; its accounts count for their registration. Further failures"
                            + " are not logged",
                    key,
                    why);
        }
    }
}
