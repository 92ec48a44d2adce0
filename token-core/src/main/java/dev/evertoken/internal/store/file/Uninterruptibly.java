package dev.evertoken.internal.store.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Completes file operations even if the thread is interrupted. An interrupt closes the channel of a running operation,
 * so the operation is started again, and the interrupt is restored for the caller. Only for operations that can be
 * repeated, and never for waiting. Stateless.
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
                    Thread.interrupted(); // restored below
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
