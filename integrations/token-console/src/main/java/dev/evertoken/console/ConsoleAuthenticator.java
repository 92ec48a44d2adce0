package dev.evertoken.console;

import java.util.Optional;

/**
 * Decides who may use a console; supplied by the application. Implementations are thread-safe.
 */
@FunctionalInterface
public interface ConsoleAuthenticator {

    /**
     * Returns the user who sent a request, or empty to refuse it with status 401. Called for each request, on a thread
     * of the console's server, and must not block for long. An exception refuses the request and is logged.
     */
    Optional<ConsoleUser> authenticate(ConsoleRequest request);
}
