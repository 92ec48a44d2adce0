package dev.evertoken.examples;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Where the person's browser comes back to after the consent page. Close it. Thread-safe. */
interface Redirect extends AutoCloseable {

    /** Returns the redirect URI, as the provider has to know it. */
    URI uri();

    /** Returns what the person has to do with the address of the consent page. */
    String instruction();

    /** Returns the next address that a browser came back with; empty if none came in time. */
    Optional<URI> await(Duration patience);

    @Override
    void close();

    /** Opens the one for a registered redirect URI: on this machine, or else pasted by the person. */
    static Redirect open(Optional<URI> registered) throws IOException {
        if (registered.isEmpty() || LoopbackRedirect.serves(registered.get())) {
            return LoopbackRedirect.open(registered);
        }
        return new PastedRedirect(registered.get());
    }
}
