package dev.evertoken.architecture.offenders;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

@SuppressWarnings("JavaUtilDate")
final class ReadsTheClock {
    Instant now = Instant.now();
    long millis = System.currentTimeMillis();
    LongSupplier nanos = System::nanoTime;
    Supplier<Clock> clock = Clock::systemUTC;
    InstantSource source = InstantSource.system();
    Date date = new Date();
}
