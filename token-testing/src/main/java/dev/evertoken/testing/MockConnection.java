package dev.evertoken.testing;

import java.io.IOException;

/** What a mock response is written to. Not thread-safe; used only by the thread that serves the request. */
interface MockConnection {

    /** Writes bytes at once. */
    void write(byte[] bytes) throws IOException;

    /** Writes text as UTF-8 at once. */
    void write(String text) throws IOException;

    /** Ends the connection with a reset. */
    void reset() throws IOException;

    /** Waits until the client closes the connection. */
    void awaitEnd() throws IOException, InterruptedException;

    /** Returns whether nobody reads any more what is written. */
    boolean isClosed() throws IOException;
}
