package dev.evertoken.internal.store.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Ends file operations that were begun although the thread is interrupted: an interrupt closes the channel
 * under an operation, so the operation is begun anew, and the interrupt is kept for the caller. Only for
 * operations that may be repeated, and never for waiting. Stateless.
 */
final class Uninterruptibly {

    private Uninterruptibly() {}

    static <T> T get(Operation<T> operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return operation.run();
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                    Thread.interrupted(); // taken back below
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    interface Operation<T> {
        T run() throws IOException;
    }
}
