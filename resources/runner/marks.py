
import resource, os
got=[]
def mark(name):
    u = resource.getrusage(resource.RUSAGE_SELF)
    got.append((name, u.ru_minflt, (u.ru_utime+u.ru_stime)*1e3))
def flush():
    for name, f, t in got:
        os.write(2, ('MARK %s %d %.2f %.2f\n' % (name, f, t, 0)).encode())
    got.clear()
for i in range(3): mark("x")
got.clear()
