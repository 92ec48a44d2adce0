package dev.evertoken.architecture.offenders;

import java.util.concurrent.TimeUnit;

final class Sleeps {
    void sleep() throws InterruptedException {
        Thread.sleep(1);
        TimeUnit.SECONDS.sleep(1);
    }
}
