package dev.evertoken.examples.bookingbot;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The ways in which one of the bot's stores can be unavailable. */
enum Outage {
    SECRETS_DOWN {
        @Override
        void begin(Site site) {
            site.secrets.down();
        }

        @Override
        void end(Site site) {
            site.secrets.up();
        }
    },
    SECRETS_HANG {
        @Override
        void begin(Site site) {
            site.secrets.hang();
        }

        @Override
        void end(Site site) {
            site.secrets.resume();
        }
    },
    REDIS_DOWN {
        @Override
        void begin(Site site) {
            site.redis.kill();
        }

        @Override
        void end(Site site) {
            site.redis.restart(); // empty: it was a copy
        }
    },
    REDIS_HANGS {
        @Override
        void begin(Site site) {
            site.redis.freeze();
        }

        @Override
        void end(Site site) {
            site.redis.thaw();
        }
    },
    DISK_GONE {
        @Override
        void begin(Site site) {
            try (Stream<Path> files = Files.walk(site.disk())) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
                Files.writeString(site.disk(), "not a folder");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        void end(Site site) {
            try {
                Files.delete(site.disk());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    abstract void begin(Site site);

    abstract void end(Site site);

    boolean affectsTheAuthority() {
        return this == SECRETS_DOWN || this == SECRETS_HANG;
    }
}
