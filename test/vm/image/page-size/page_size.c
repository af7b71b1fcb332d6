// SPDX-License-Identifier: GPL-2.0
/*
 * Gives an MTD device pages, as a NAND chip has them:
 *
 *     insmod page_size.ko device=flash0 bytes=2048
 *
 * phram says of its memory that single bytes can be written, and UBI refuses such a device. The
 * module fails to load on purpose (-EAGAIN) once it is done, so that it can be loaded again for the
 * next device.
 */
#include <linux/module.h>
#include <linux/mtd/mtd.h>

static char *device = "flash0";
module_param(device, charp, 0);
static uint bytes = 2048;
module_param(bytes, uint, 0);

static int __init page_size_init(void)
{
	struct mtd_info *mtd = get_mtd_device_nm(device);

	if (IS_ERR(mtd))
		return PTR_ERR(mtd);
	mtd->writesize = bytes;
	mtd->writebufsize = bytes;
	mtd->writesize_shift = ffs(bytes) - 1;
	mtd->writesize_mask = bytes - 1;
	put_mtd_device(mtd);
	return -EAGAIN;
}
module_init(page_size_init);
MODULE_DESCRIPTION("Page size for an MTD device");
MODULE_LICENSE("GPL");
