package org.kronocyte.health;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the process uses at one moment. What can't be found out is empty, never a made-up number.
 *
 * @param residentBytes physical memory in use, native memory of images and networks included
 * @param peakResidentBytes the most there ever was
 * @param threads threads of the operating system
 * @param openFiles open file descriptors
 * @param heapUsedBytes Java heap in use
 * @param heapMaxBytes limit of the Java heap
 * @param uptime since the process started, by the monotonic clock
 * @param freeDiskBytes space left in the data folder for this user
 * @param cpuCelsius temperature of the processor
 */
public record ProcessMetrics(
    OptionalLong residentBytes,
    OptionalLong peakResidentBytes,
    OptionalInt threads,
    OptionalInt openFiles,
    long heapUsedBytes,
    long heapMaxBytes,
    Duration uptime,
    OptionalLong freeDiskBytes,
    OptionalDouble cpuCelsius) {}
