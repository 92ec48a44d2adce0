package dev.evertoken.examples;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The redirect after the consent page. Must be closed. Thread-safe. */
interface Redirect extends AutoCloseable {

    /** Returns the redirect URI that must be registered at the provider. */
    URI uri();

    /** Returns the instruction to the user that precedes the address of the consent page. */
    String instruction();

    /** Returns the next redirect address; empty if none was received in time. */
    Optional<URI> await(Duration patience);

    @Override
    void close();

    /** Opens the redirect for a registered URI: a port of this machine, or a prompt for the pasted address. */
    static Redirect open(Optional<URI> registered) throws IOException {
        if (registered.isEmpty() || LoopbackRedirect.serves(registered.get())) {
            return LoopbackRedirect.open(registered);
        }
        return new PastedRedirect(registered.get());
    }
}
