package dev.evertoken.testing;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Stores with one mistake each, for {@link TokenStoreContractTest}; the build does not pick the classes up as tests. */
final class CarelessStores {
    private CarelessStores() {}

    static class Right extends TokenStoreContract {
        @Override
        protected TokenStore newStore() {
            return new Plain();
        }
    }

    static class IgnoresTheRevision extends TokenStoreContract {
        @Override
        protected TokenStore newStore() {
            return new Plain() {
                @Override
                public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
                    records.put(key, next);
                    return true;
                }
            };
        }
    }

    static class InsertsOnUpdate extends TokenStoreContract {
        @Override
        protected TokenStore newStore() {
            return new Plain() {
                @Override
                public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
                    return super.compareAndSet(key, expectedRevision, next) || records.putIfAbsent(key, next) == null;
                }
            };
        }
    }

    static class ComparesAndThenSets extends TokenStoreContract {
        private final CyclicBarrier bothCallers = new CyclicBarrier(2);

        @Override
        protected TokenStore newStore() {
            return new Plain() {
                @Override
                public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
                    boolean equal = records.containsKey(key)
                            ? is(records.get(key), expectedRevision)
                            : expectedRevision == ABSENT;
                    meet();
                    if (equal) {
                        records.put(key, next);
                    }
                    return equal;
                }
            };
        }

        /** Waits between comparing and setting for a second caller, if there is one. */
        private void meet() {
            try {
                bothCallers.await(50, TimeUnit.MILLISECONDS);
            } catch (Exception e) {
                bothCallers.reset(); // no second caller arrived in time
            }
        }
    }

    static class RemovesAnything extends TokenStoreContract {
        @Override
        protected TokenStore newStore() {
            return new Plain() {
                @Override
                public boolean remove(TokenKey key, long expectedRevision) {
                    return records.remove(key) != null;
                }
            };
        }
    }

    static class TakesCaseForNothing extends TokenStoreContract {
        @Override
        protected TokenStore newStore() {
            return new Plain() {
                @Override
                public Optional<TokenRecord> load(TokenKey key) {
                    return super.load(lower(key));
                }

                @Override
                public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
                    return super.compareAndSet(lower(key), expectedRevision, next);
                }

                private TokenKey lower(TokenKey key) {
                    return TokenKey.of(key.registration(), key.account().toLowerCase(Locale.ROOT));
                }
            };
        }
    }

    static class OmitsAbsentAccountsOfABatch extends TokenStoreContract {
        @Override
        protected TokenStore newStore() {
            return new Plain() {
                @Override
                public List<LoadResult> loadAll(List<TokenKey> keys) {
                    return super.loadAll(keys).stream()
                            .filter(result -> result.record().isPresent())
                            .toList();
                }
            };
        }
    }

    static class ReadsAnotherClock extends TokenStoreContract {
        @Override
        protected TokenStore newStore() {
            return new Plain() {
                private final ManualClock clock = ManualClock.start();

                @Override
                public Optional<Instant> now() {
                    return Optional.of(clock.now());
                }

                @Override
                public TimedRecord loadTimed(TokenKey key) {
                    return new TimedRecord(load(key), now().map(time -> time.minusSeconds(1)));
                }
            };
        }
    }

    static class LosesTheClaim extends TokenStoreContract {
        @Override
        protected TokenStore newStore() {
            return new Plain() {
                @Override
                public Optional<TokenRecord> load(TokenKey key) {
                    return super.load(key)
                            .map(record -> record.next().noClaim().build(record.revision(), record.updatedAt()));
                }
            };
        }
    }

    /** A store without a mistake. */
    private static class Plain implements TokenStore {
        final Map<TokenKey, TokenRecord> records = new ConcurrentHashMap<>();

        static boolean is(TokenRecord record, long revision) {
            return record.revision() == revision;
        }

        @Override
        public Optional<TokenRecord> load(TokenKey key) {
            return Optional.ofNullable(records.get(key));
        }

        @Override
        public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
            TokenRecord seen = records.get(key);
            if (seen == null) {
                return expectedRevision == ABSENT && records.putIfAbsent(key, next) == null;
            }
            return is(seen, expectedRevision) && records.replace(key, seen, next);
        }

        @Override
        public boolean remove(TokenKey key, long expectedRevision) {
            TokenRecord seen = records.get(key);
            return seen != null && is(seen, expectedRevision) && records.remove(key, seen);
        }

        @Override
        public Stream<TokenKey> keys() {
            return records.keySet().stream();
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.PROCESS;
        }

        @Override
        public void close() {}
    }
}
