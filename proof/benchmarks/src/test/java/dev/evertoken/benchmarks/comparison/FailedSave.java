package dev.evertoken.benchmarks.comparison;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The first save after a rotation fails. */
final class FailedSave implements Trial {

    @Override
    public String name() {
        return "failed-save";
    }

    @Override
    public Expectation expected() {
        return Expectation.of(
                "the response is kept: each call gets a token, and it is saved afterwards", "token, token, saved");
    }

    @Override
    public String title() {
        return "the save after a rotation fails once: that call, the next call, the store afterwards";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        try (TokenServer server = TokenServer.start()) {
            Disk disk = new Disk(server);
            try (Client client = library.open(Scene.expired(server.endpoint()).with(disk))) {
                String first = Calls.outcome(client::token);
                String second = Calls.outcome(client::token);
                String end = disk.removed ? "account removed" : disk.isSaved() ? "saved" : "not saved";
                return first + ", " + second + ", " + end;
            }
        }
    }

    private static final class Disk implements Scene.StoreEvents {

        private final TokenServer server;
        private final AtomicBoolean failed = new AtomicBoolean();
        private final AtomicInteger saves = new AtomicInteger();
        private volatile boolean removed;

        Disk(TokenServer server) {
            this.server = server;
        }

        @Override
        public void save() {
            if (server.requests() > 0 && failed.compareAndSet(false, true)) {
                throw new IllegalStateException("the disk is full");
            }
            if (failed.get()) {
                saves.incrementAndGet();
            }
        }

        @Override
        public void remove() {
            removed = true;
        }

        boolean isSaved() throws InterruptedException {
            return Waiting.until(() -> saves.get() > 0, 3000);
        }
    }
}
