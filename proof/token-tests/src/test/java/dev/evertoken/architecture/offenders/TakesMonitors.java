package dev.evertoken.architecture.offenders;

final class TakesMonitors {
    synchronized void method() {}

    void block(Object lock) {
        synchronized (lock) {
            lock.notifyAll();
        }
    }
}
