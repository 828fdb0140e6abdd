/* CPU time of a process and everything below it, in nanoseconds: the same clock that utime + stime round to ticks. */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum { PROCESSES = 65536 };

int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t cpu_of(int pid) {
    clockid_t clock;
    struct timespec t;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
        return 0;
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int parent_of(int pid) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -1;
    size_t size = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[size] = 0;
    char *end = strrchr(line, ')');
    int parent = -1;
    char state;
    return end != NULL && sscanf(end + 1, " %c %d", &state, &parent) == 2 ? parent : -1;
}

int64_t cpu_of_tree(int root) {
    static struct { int pid, parent; bool inside; } all[PROCESSES];
    size_t count = 0;
    DIR *proc = opendir("/proc");
    if (proc == NULL)
        return 0;
    for (struct dirent *entry; (entry = readdir(proc)) != NULL && count < PROCESSES;) {
        int pid = atoi(entry->d_name);
        if (pid > 0) {
            all[count].pid = pid;
            all[count].parent = parent_of(pid);
            all[count].inside = pid == root;
            count++;
        }
    }
    closedir(proc);
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; !all[i].inside && k < count; k++)
                if (all[k].inside && all[k].pid == all[i].parent)
                    all[i].inside = grew = true;
    }
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        if (all[i].inside)
            sum += cpu_of(all[i].pid);
    return sum;
}
